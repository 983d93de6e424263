import '../../styles.css';
import { createApp } from 'vue';
import SimulatorPage from './SimulatorPage.vue';

createApp(SimulatorPage).mount('#app');
