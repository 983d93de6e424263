import '../../../web/styles.css';
import { createApp } from 'vue';
import TokensPage from './TokensPage.vue';

createApp(TokensPage).mount('#app');
